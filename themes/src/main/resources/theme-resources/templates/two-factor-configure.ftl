<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    ${msg("two-factor-configure-title")}
  <#elseif section == "form">
    <@parts.frame>
      <p id="two-factor-intro">${msg("two-factor-configure-intro")}</p>
      <#if twoFactor.demanded><p id="two-factor-demanded">${msg("two-factor-configure-enforced")}</p></#if>
      <@parts.form id="two-factor-configure">
        <fieldset class="two-factor-choices" aria-labelledby="kc-page-title" aria-describedby="two-factor-intro">
          <#list twoFactor.factors as factor>
            <div class="two-factor-choice">
              <input type="radio" id="factor-${factor}" name="factor" value="${factor}" aria-describedby="factor-${factor}-hint"
                     <#if factor?is_first>checked</#if>/>
              <label for="factor-${factor}">${msg("two-factor-" + factor + "-display-name")}</label>
              <p id="factor-${factor}-hint">${msg("two-factor-" + factor + "-help-text")}</p>
            </div>
          </#list>
        </fieldset>
        <@parts.actions>
          <@parts.button label="two-factor-configure-continue" id="two-factor-continue"/>
          <@parts.cancel/>
        </@parts.actions>
      </@parts.form>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
