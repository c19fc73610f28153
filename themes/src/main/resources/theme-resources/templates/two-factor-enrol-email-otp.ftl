<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    ${msg("two-factor-enrol-email-otp-title")}
  <#elseif section == "form">
    <@parts.frame>
      <p id="two-factor-hint">${msg("two-factor-enrol-email-otp-intro")}</p>
      <@parts.form id="two-factor-enrol">
        <@parts.input name="email" label=msg("two-factor-enrol-email-otp-address") describedBy="two-factor-hint" value=twoFactor.email
                      autocomplete="email" inputmode="email" ltr=true autofocus=true/>
        <@parts.actions>
          <@parts.button label="two-factor-email-otp-form-send" id="two-factor-send" name="send"/>
          <@parts.ways/>
        </@parts.actions>
      </@parts.form>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
