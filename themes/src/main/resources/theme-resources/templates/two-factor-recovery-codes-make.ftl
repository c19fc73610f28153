<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<#import "two-factor-recovery-codes-saved.ftl" as saved>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    ${msg("two-factor-recovery-code-display-name")}
  <#elseif section == "form">
    <@parts.frame>
      <p>${msg("two-factor-recovery-codes-intro")}</p>
      <#if twoFactor.set??><@saved.form/></#if>
      <@parts.form id="two-factor-make">
        <#if twoFactor.replaces><p id="two-factor-replace">${msg("two-factor-recovery-codes-replace")}</p></#if>
        <@parts.actions>
          <@parts.button label="two-factor-recovery-codes-make" id="two-factor-make-codes" name="make" primary=!(twoFactor.set??)/>
          <@parts.cancel/>
        </@parts.actions>
      </@parts.form>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
